import { DropdownMenu, ContextMenu as RadixContext } from "radix-ui";
import { Fragment, type ReactNode, useRef } from "react";
import { Keys } from "./button";
import { Icon, type IconName } from "./icon";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** A second line in small text. */
  note?: string;
  keys?: string | undefined;
  onSelect: () => void;
  danger?: boolean;
  /** Set on one of several choices: the one that is chosen. */
  checked?: boolean;
  separatorBefore?: boolean;
}

interface MenuProps {
  /** A button; it gets the menu's attributes. */
  trigger: ReactNode;
  items: MenuItem[];
  /** Above the items, such as what the choice is about. */
  heading?: string;
  align?: "start" | "end";
  /** After a choice: where the focus goes, instead of back to the button. */
  onChosen?: () => void;
}

/** A list of actions that opens from a button. */
export function Menu({ trigger, items, heading, align = "end", onChosen }: MenuProps) {
  const isChosen = useRef(false);
  const choose = (item: MenuItem) => {
    isChosen.current = true;
    item.onSelect();
  };
  const onClose = (event: Event) => {
    if (isChosen.current && onChosen) {
      event.preventDefault();
      onChosen();
    }
    isChosen.current = false;
  };
  return (
    // Not modal: a modal menu locks scrolling through a <style> element, which our policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className="menu"
          align={align}
          sideOffset={4}
          collisionPadding={8}
          loop
          onCloseAutoFocus={onClose}
        >
          {heading && <DropdownMenu.Label className="menu-heading">{heading}</DropdownMenu.Label>}
          {items.map((item) => (
            <MenuRow key={item.label} item={item} onSelect={() => choose(item)} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ContextMenuProps {
  /** One element; it gets the menu's handlers. */
  children: ReactNode;
  items: MenuItem[];
}

/** The same list at the pointer, for the secondary button. Everything in it must be reachable elsewhere too. */
export function ContextMenu({ children, items }: ContextMenuProps) {
  return (
    <RadixContext.Root modal={false}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content className="menu" collisionPadding={8} loop>
          {items.map((item) => (
            <Fragment key={item.label}>
              {item.separatorBefore && <RadixContext.Separator className="menu-line" />}
              <RadixContext.Item className={classOf(item)} onSelect={item.onSelect}>
                <Words item={item} />
              </RadixContext.Item>
            </Fragment>
          ))}
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}

function MenuRow({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  return (
    <>
      {item.separatorBefore && <DropdownMenu.Separator className="menu-line" />}
      {item.checked === undefined ? (
        <DropdownMenu.Item className={classOf(item)} onSelect={onSelect}>
          <Words item={item} />
        </DropdownMenu.Item>
      ) : (
        <DropdownMenu.CheckboxItem className={classOf(item)} checked={item.checked} onSelect={onSelect}>
          <Words item={item} />
        </DropdownMenu.CheckboxItem>
      )}
    </>
  );
}

function Words({ item }: { item: MenuItem }) {
  return (
    <>
      {item.checked === undefined ? (
        item.icon && <Icon name={item.icon} size={14} />
      ) : (
        <span className="menu-check">{item.checked && <Icon name="check" size={14} />}</span>
      )}
      <span className="menu-label">
        {item.label}
        {item.note && <span className="meta">{item.note}</span>}
      </span>
      {item.keys && <Keys keys={item.keys} />}
    </>
  );
}

function classOf(item: MenuItem): string {
  return `menu-item ${item.danger ? "is-danger" : ""}`;
}
