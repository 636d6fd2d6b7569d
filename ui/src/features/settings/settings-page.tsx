import { useEffect, useRef } from "react";
import { Note } from "../../components/note";
import { Page } from "../../components/page";
import { sentence } from "../../components/sentence";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import type { SectionId } from "../../state/sections";
import { useStore } from "../../state/store";
import { AgentsSection } from "./agents-section";
import { AppearanceSection } from "./appearance-section";
import { BackgroundSection } from "./background-section";
import { DataSection } from "./data-section";
import { KeyboardSection } from "./keyboard-section";
import { ModelsSection } from "./models-section";
import { NoticesSection } from "./notices-section";
import { OffersSection } from "./offers-section";
import { ProofSection } from "./proof-section";
import { QuickAskSection } from "./quick-ask-section";
import { ServersSection } from "./servers-section";
import { SettingsSearch } from "./settings-search";
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
  const wanted = useStore((state) => state.wantedSection);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wanted === null) return;
    jumpTo(wanted, true);
    // What is still asked about stands above it, and moves it when it comes.
    if (!status.isAsking) actions.wishDone("wantedSection");
  }, [wanted, status.isAsking]);

  return (
    <Page
      title={t("Settings")}
      listKeys={keysOf("list")}
      onList={() => actions.toggleList(true)}
      onBack={() => actions.setPage("chat")}
    >
      <div ref={box} className="set-scroll">
        <SettingsSearch box={box} onJump={jumpTo} />
        <div className="set-sections">
          {problem && (
            <Note kind="fail" icon="octagon-x" role="alert">
              {sentence(problem.message)}
            </Note>
          )}
          {status.error && (
            <Note kind="fail" icon="octagon-x" role="alert">
              {t("The state of the desktop could not be read.")} {status.error}
            </Note>
          )}
          <ModelsSection settings={settings} hasKeychain={status.value?.keychain} />
          <BackgroundSection settings={settings} status={status.value} onChanged={status.again} />
          <OffersSection settings={settings} />
          <AgentsSection dataDir={status.value?.data_dir ?? null} />
          <ServersSection />
          <UsageSection settings={settings} />
          <NoticesSection settings={settings} status={status.value} />
          <QuickAskSection settings={settings} status={status.value} onChanged={status.again} />
          <KeyboardSection settings={settings} />
          <AppearanceSection settings={settings} />
          <WindowSection settings={settings} status={status.value} onChanged={status.again} />
          <DataSection status={status.value} />
          <ProofSection />
        </div>
      </div>
    </Page>
  );
}

const CONTROL =
  ":is(button, input, select):not(:disabled, [tabindex='-1'], [data-aside]), [role=radio][aria-checked=true]";

/** Scrolls the sections and nothing around them, as `scrollIntoView` would. */
function jumpTo(id: SectionId, canAct = false) {
  const heading = document.getElementById(`set-${id}`);
  const box = heading?.closest(".set-scroll");
  if (!heading || !box) return;
  box.scrollTop += heading.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE_PX;
  const section = heading.closest("section");
  // What it is mostly asked for, else what stands first in it.
  const control = section?.querySelector<HTMLElement>("[data-first]") ?? section?.querySelector<HTMLElement>(CONTROL);
  ((canAct && control) || heading).focus({ preventScroll: true });
}
