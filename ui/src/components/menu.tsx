import { DropdownMenu, ContextMenu as RadixContext } from "radix-ui";
import { Fragment, type ReactNode } from "react";
import { Keys } from "./button";
import { Icon, type IconName } from "./icon";
import "./menu.css";

export interface MenuItem {
  label: string;
  /** Below it, in small text: what it means exactly. */
  hint?: string | undefined;
  icon?: IconName;
  keys?: string | undefined;
  onSelect: () => void;
  danger?: boolean;
  separatorBefore?: boolean;
}

interface MenuProps {
  /** A button; it gets the menu's attributes. */
  trigger: ReactNode;
  items: MenuItem[];
  align?: "start" | "end";
}

/** A list of actions that opens from a button. */
export function Menu({ trigger, items, align = "end" }: MenuProps) {
  return (
    // Not modal: a modal menu locks scrolling through a <style> element, which our policy forbids.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align={align} sideOffset={4} collisionPadding={8} loop>
          {items.map((item) => (
            <Fragment key={item.label}>
              {item.separatorBefore && <DropdownMenu.Separator className="menu-line" />}
              <DropdownMenu.Item className={classOf(item)} onSelect={item.onSelect}>
                <Words item={item} />
              </DropdownMenu.Item>
            </Fragment>
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

function Words({ item }: { item: MenuItem }) {
  return (
    <>
      {item.icon && <Icon name={item.icon} size={14} />}
      <span className="menu-label">
        {item.label}
        {item.hint && <span className="meta">{item.hint}</span>}
      </span>
      {item.keys && <Keys keys={item.keys} />}
    </>
  );
}

function classOf(item: MenuItem): string {
  return `menu-item ${item.danger ? "is-danger" : ""}`;
}
