import { useEffect, useRef } from "react";
import { IconButton } from "../../components/button";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { useAnswer } from "../../components/use-answer";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { type SectionId, sections } from "../../state/sections";
import { useStore } from "../../state/store";
import { AppearanceSection } from "./appearance-section";
import { BackgroundSection } from "./background-section";
import { DataSection } from "./data-section";
import { ModelsSection } from "./models-section";
import { NoticesSection } from "./notices-section";
import { ProofSection } from "./proof-section";
import { QuickAskSection } from "./quick-ask-section";
import { UsageSection } from "./usage-section";
import { WindowSection } from "./window-section";
import "./settings-page.css";

/** Room left above a section that was jumped to. */
const ABOVE_PX = 20;

/** What the user can choose. Every change holds at once. */
export function SettingsPage() {
  const settings = useStore((state) => state.settings);
  const problem = useStore((state) => state.problem);
  const status = useAnswer(actions.desktopStatus);
  const title = useRef<HTMLHeadingElement>(null);
  const wanted = useStore((state) => state.wantedSection);
  useEffect(() => {
    if (wanted === null) return;
    jumpTo(wanted);
    // What is still asked about stands above it, and moves it when it comes.
    if (!status.isAsking) actions.wishDone("wantedSection");
  }, [wanted, status.isAsking]);
  useEffect(() => {
    // Unless one of its sections has it.
    if (!document.activeElement?.closest(".set-sections")) title.current?.focus();
  }, []);
  // Not on the page's own element: a button that is disabled while it works lets go of the focus.
  useEffect(() => {
    document.addEventListener("keydown", leaveOnEscape);
    return () => document.removeEventListener("keydown", leaveOnEscape);
  }, []);

  return (
    <main className="set">
      <header className="set-head">
        <IconButton
          icon="menu"
          className="set-menu"
          label="Chats"
          keys={keysOf("list")}
          onClick={() => actions.toggleList(true)}
        />
        <h1 ref={title} tabIndex={-1}>
          Settings
        </h1>
        <IconButton icon="x" label="Back to the chat" keys="Esc" onClick={() => actions.setPage("chat")} />
      </header>
      <div className="set-scroll">
        <nav className="set-nav" aria-label="Sections">
          {sections.map(({ id, label }) => (
            <button key={id} type="button" onClick={() => jumpTo(id)}>
              {label}
            </button>
          ))}
        </nav>
        <div className="set-sections">
          {problem && (
            <Note kind="fail" icon="octagon-x" role="alert">
              {sentence(problem.message)}
            </Note>
          )}
          {status.error && (
            <Note kind="fail" icon="octagon-x" role="alert">
              The state of the desktop could not be read. {status.error}
            </Note>
          )}
          <ModelsSection settings={settings} hasKeychain={status.value?.keychain} />
          <BackgroundSection settings={settings} />
          <UsageSection settings={settings} />
          <NoticesSection settings={settings} status={status.value} />
          <QuickAskSection settings={settings} status={status.value} onChanged={status.again} />
          <AppearanceSection settings={settings} />
          <WindowSection settings={settings} status={status.value} />
          <DataSection status={status.value} />
          <ProofSection />
        </div>
      </div>
    </main>
  );
}

function leaveOnEscape(event: KeyboardEvent) {
  const isOver = document.querySelector("[role=dialog], [role=menu], [role=listbox]") !== null;
  const inField = event.target instanceof HTMLElement && event.target.closest("input, select") !== null;
  if (event.key !== "Escape" || event.defaultPrevented || inField || isOver) return;
  event.preventDefault();
  actions.setPage("chat");
}

/** Scrolls the sections and nothing around them, as `scrollIntoView` would. */
function jumpTo(id: SectionId) {
  const heading = document.getElementById(`set-${id}`);
  const box = heading?.closest(".set-scroll");
  if (!heading || !box) return;
  box.scrollTop += heading.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE_PX;
  heading.focus({ preventScroll: true });
}
