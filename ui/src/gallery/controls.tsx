import { useState } from "react";
import { Button, type ButtonKind, IconButton } from "../components/button";
import { Count, Dot } from "../components/count";
import { Dialog } from "../components/dialog";
import { Select, Switch, TextArea, TextField } from "../components/field";
import { Icon, iconNames } from "../components/icon";
import { Menu } from "../components/menu";
import { Note } from "../components/note";
import { Segments } from "../components/segments";
import { StateIcon } from "../components/state-icon";
import { toast } from "../components/toast";
import type { Task } from "../ipc/types";

const nothing = () => {};
const kinds: ButtonKind[] = ["main", "plain", "mean", "mean-quiet", "quiet", "danger"];

export function Controls() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {kinds.map((kind) => (
        <div key={kind} className="gallery-line">
          <Button kind={kind}>Continue</Button>
          <Button kind={kind} icon="mean" keys="Ctrl ⇧ B">
            Continue in background
          </Button>
          <Button kind={kind} small>
            Retry
          </Button>
          <Button kind={kind} small disabled>
            Not now
          </Button>
        </div>
      ))}
      <div className="gallery-line">
        <IconButton icon="pause" label="Pause" />
        <IconButton icon="panel-right" label="Tasks, shown" pressed />
        <IconButton icon="panel-right" label="Tasks, hidden" pressed={false} />
        <IconButton icon="trash-2" label="Delete" disabled />
        <Count n={3} /> <Count n={2} you /> <Count n={140} />
        <Dot label="Not seen yet" />
      </div>
      <div className="gallery-line">
        <Segments
          label="Size"
          value="b"
          options={[
            { value: "a", label: "Small" },
            { value: "b", label: "Usual" },
            { value: "c", label: "Large" },
          ]}
          onChange={nothing}
        />
        <Menu
          trigger={<Button small>Menu</Button>}
          align="start"
          items={[
            { label: "Rename", icon: "pencil", onSelect: nothing },
            { label: "Copy", hint: "As Markdown, with all that was asked", icon: "copy", onSelect: nothing },
            {
              label: "Delete",
              icon: "trash-2",
              keys: "Ctrl ⇧ ⌫",
              danger: true,
              separatorBefore: true,
              onSelect: nothing,
            },
          ]}
        />
        <Button small onClick={() => setOpen(true)}>
          Dialog
        </Button>
        <Button
          small
          onClick={() => toast({ text: "Deleted.", isUndo: true, action: { label: "Undo", onSelect: nothing } })}
        >
          Message
        </Button>
      </div>
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title="Remove the provider?"
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Keep it</Button>
            <Button kind="danger" onClick={() => setOpen(false)}>
              Remove
            </Button>
          </>
        }
      >
        <p>Its key is forgotten. What it answered stays.</p>
      </Dialog>
    </>
  );
}

export function Fields() {
  const options = [
    { value: "a", label: "ollama, on this computer" },
    { value: "b", label: "openai" },
  ];
  return (
    <div className="gallery-grid">
      <TextField label="Name" placeholder="my-server" />
      <TextField label="Address" defaultValue="https://api.example.org/v1" hint="Where its API is." />
      <TextField label="Key" defaultValue="sk-" error="The provider refused this key. Enter another one." />
      <TextField label="Not now" disabled defaultValue="cannot be changed" />
      <TextArea label="Instructions" defaultValue="Answer in one sentence." hint="For every prompt of this chat." />
      <Select label="Provider" options={options} value="a" onChange={nothing} />
      <div className="gallery-line">
        <Switch label="On" checked onChange={nothing} />
        <Switch label="Off" checked={false} onChange={nothing} />
        <Switch label="On, and stays so" checked disabled onChange={nothing} />
        <Switch label="Off, and stays so" checked={false} disabled onChange={nothing} />
      </div>
    </div>
  );
}

const states: Task["state"][] = ["queued", "running", "waiting", "paused", "completed", "failed", "cancelled"];

export function Icons() {
  return (
    <>
      <ul className="gallery-line">
        {states.map((state) => (
          <li key={state} className="gallery-state">
            <StateIcon task={{ state }} /> {state}
          </li>
        ))}
        <li className="gallery-state">
          <StateIcon task={{ state: "running" }} isSilent /> running, silent
        </li>
        <li className="gallery-state">
          <StateIcon task={{ state: "waiting" }} isForLater /> waiting for its moment
        </li>
      </ul>
      <div className="gallery-line">
        {iconNames.map((name) => (
          <Icon key={name} name={name} size={20} />
        ))}
      </div>
    </>
  );
}

export function Notes() {
  return (
    <div className="gallery-stack">
      <Note icon="info">A copy of all data was made today.</Note>
      <Note kind="mean" icon="mean" actions={<Button small>View</Button>}>
        Going on in the background. You can close the window.
      </Note>
      <Note
        kind="you"
        icon="ask"
        actions={
          <Button small kind="main">
            Continue from here
          </Button>
        }
      >
        The answer broke off. What is there is kept.
      </Note>
      <Note kind="fail" icon="octagon-x" actions={<Button small>Open settings</Button>}>
        The provider refused the key. Your prompt is kept. Enter another key, then retry.
      </Note>
    </div>
  );
}
