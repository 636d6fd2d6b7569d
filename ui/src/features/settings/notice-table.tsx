import { Switch } from "../../components/field";
import { t } from "../../i18n";
import type { NoticeEvent, Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { noticeEvents } from "../../state/channel-words";
import { eventsOf, NATIVE } from "../../state/channels";

interface NoticeTableProps {
  settings: Settings;
  /** The names of the channels that are used, beside this desktop. */
  channels: readonly string[];
}

/** Which event is told where. The app itself has all of them. */
export function NoticeTable({ settings, channels }: NoticeTableProps) {
  const columns = [{ name: NATIVE, label: t("Desktop") }, ...channels.map((name) => ({ name, label: name }))];
  const set = (channel: string, event: NoticeEvent, isOn: boolean) => {
    const others = eventsOf(settings.notice_events, channel).filter((one) => one !== event);
    const chosen = isOn ? [...others, event] : others;
    void actions.saveSettings({ notice_events: { ...settings.notice_events, [channel]: chosen } });
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: with many channels it scrolls, and must be reachable by keyboard.
    <section className="notice-table" aria-label={t("What is told where")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("When a task in the background")}</th>
            <th scope="col">{t("App")}</th>
            {columns.map(({ name, label }) => (
              <th scope="col" key={name} title={label}>
                <span className="notice-column">{label}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {noticeEvents.map(({ event, label }) => (
            <tr key={event}>
              <th scope="row">{label}</th>
              <td className="meta">{t("Always")}</td>
              {columns.map((column) => (
                <td key={column.name}>
                  <Switch
                    label={`${label}: ${column.label}`}
                    checked={eventsOf(settings.notice_events, column.name).includes(event)}
                    disabled={column.name === NATIVE && settings.notices !== true}
                    onChange={(isOn) => set(column.name, event, isOn)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
