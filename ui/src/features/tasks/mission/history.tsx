import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { Button } from "../../../components/button";
import { grouped } from "../../../components/counted";
import { Note } from "../../../components/note";
import { useKeptFocus } from "../../../components/use-kept-focus";
import { t } from "../../../i18n";
import type { Task, TaskId } from "../../../ipc/types";
import { useStore } from "../../../state/store";
import { FilterBar } from "./filter-bar";
import { atRest, isAtRest, type StateFilter } from "./filters";
import { setFilters, useLookedAt } from "./looked-at";
import { onRowKey } from "./row-keys";
import { RowList } from "./row-list";
import { showRows } from "./selection";
import { type Found, useFound } from "./use-found";
import { useNear } from "./use-near";

/** Everything there was, to look through. What stands `above` is not shown twice. */
export function History({ above }: { above: ReadonlySet<TaskId> }) {
  const filters = useLookedAt((state) => state.filters);
  const current = useLookedAt((state) => state.current);
  const found = useFound(filters);
  const isPlain = isAtRest(filters);
  const rows = isPlain ? found.tasks.filter((task) => !above.has(task.id)) : found.tasks;
  useLayoutEffect(() => showRows("history", rows));
  const list = useRef<HTMLDivElement>(null);
  const focus = useKeptFocus(list, () => list.current?.querySelector<HTMLElement>(".is-current .task-title"));
  const models = useModels(found.tasks);
  const reachable = rows.some((task) => task.id === current) ? (current ?? undefined) : rows[0]?.id;
  return (
    <section className="mission-history" aria-labelledby="mission-history">
      <header className="mission-group-head">
        <h2 id="mission-history">{t("History")}</h2>
        <span className="meta num" role="status">
          {found.total !== null && (isPlain ? grouped(found.total) : t("{n, number} found", { n: found.total }))}
        </span>
      </header>
      <FilterBar models={models} />
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: keys move among the buttons inside.
        <div ref={list} className="mission-card" onKeyDown={onRowKey} {...focus}>
          <RowList tasks={rows} reachable={reachable} />
        </div>
      )}
      {found.error !== null && (
        <Note
          kind="fail"
          icon="octagon-x"
          role="alert"
          actions={
            <Button small onClick={found.again}>
              {t("Try again")}
            </Button>
          }
        >
          {t("The history could not be read.")} {found.error}
        </Note>
      )}
      {found.total === 0 && found.error === null && <NothingFound isPlain={isPlain} state={filters.state} />}
      {found.hasMore && found.error === null && <More found={found} />}
    </section>
  );
}

/** The models of the tasks that are known here, for the choice among them. */
function useModels(tasks: Task[]): string[] {
  const live = useStore((state) => state.tasks);
  const seen = useRef(new Set<string>());
  return useMemo(() => {
    for (const task of [...Object.values(live), ...tasks]) seen.current.add(task.model);
    return [...seen.current];
  }, [live, tasks]);
}

function NothingFound({ isPlain, state }: { isPlain: boolean; state: StateFilter }) {
  const words = useLookedAt(({ filters }) => filters.words.trim());
  if (isPlain) return <p className="soft">{t("Finished tasks stay here until you delete their chats.")}</p>;
  return (
    <div className="mission-none">
      <p className="soft">
        {words === ""
          ? t("No task fits these filters.")
          : t("Nothing found for “{words}”. Titles and prompts were searched.", { words })}
      </p>
      {words !== "" && state === "ended" && (
        <Button small onClick={() => setFilters({ state: "any", watched: true })}>
          {t("Look at what has not ended too")}
        </Button>
      )}
      <Button small kind="quiet" onClick={() => setFilters(atRest)}>
        {t("Clear the filters")}
      </Button>
    </div>
  );
}

/** The end of what was read: the next page is read when it comes near. */
function More({ found }: { found: Found }) {
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNear(place, false);
  const { more, isAsking, tasks } = found;
  // Without a way to see what is near, it is asked for with the button.
  const canSee = typeof IntersectionObserver !== "undefined";
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that was added may leave it as near as it was.
  useEffect(() => {
    if (isNear && canSee && !isAsking) more();
  }, [isNear, canSee, isAsking, more, tasks.length]);
  return (
    <div ref={place} className="mission-more">
      <Button small kind="quiet" disabled={isAsking} onClick={more}>
        {isAsking ? t("Reading older tasks") : t("Show older tasks")}
      </Button>
    </div>
  );
}
