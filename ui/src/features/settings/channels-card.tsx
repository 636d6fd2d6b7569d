import { useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/note";
import { t } from "../../i18n";
import type { Channel } from "../../ipc/types";
import { ChannelForm } from "./channel-form";
import { ChannelLine } from "./channel-line";

interface ChannelsCardProps {
  channels: readonly Channel[];
  error: string | null;
  onChanged: () => void;
}

/** The user's own channels, and the way to add one. */
export function ChannelsCard({ channels, error, onChanged }: ChannelsCardProps) {
  /** What the form is open for: a new channel, or a known one. */
  const [form, setForm] = useState<{ known: Channel | null } | null>(null);
  const done = () => {
    setForm(null);
    onChanged();
  };
  return (
    <>
      {error && (
        <Note kind="fail" icon="octagon-x">
          {t("The channels could not be read.")} {error}
        </Note>
      )}
      <div className="set-card">
        {channels.map((channel) => (
          <ChannelLine
            key={channel.name}
            channel={channel}
            onChanged={onChanged}
            onEdit={() => setForm({ known: channel })}
          />
        ))}
        <div className="set-row">
          <p className="grow soft">
            {channels.length === 0
              ? t("Be told by e-mail, in Slack, on your phone by ntfy, or have a program of yours called.")
              : t("Another way to be told.")}
          </p>
          <Button small onClick={() => setForm({ known: null })}>
            {t("Add a channel")}
          </Button>
        </div>
      </div>
      <Dialog
        wide
        open={form !== null}
        onClose={() => setForm(null)}
        title={form?.known ? t("Change {name}", { name: form.known.name }) : t("Add a channel")}
      >
        {form && <ChannelForm known={form.known} onDone={done} onCancel={() => setForm(null)} />}
      </Dialog>
    </>
  );
}
