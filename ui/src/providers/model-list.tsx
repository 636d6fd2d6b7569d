import {
  Fragment,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button, Keys } from "../components/button";
import { Icon } from "../components/icon";
import { sentence } from "../components/sentence";
import { age, useNow } from "../components/time";
import { t } from "../i18n";
import type { ModelProblem, Models } from "../ipc/types";
import { isComposing } from "../keys/chord";
import { isShortcut, keysOf } from "../keys/registry";
import { type ModelSection, nothingKnown, sectionsOf } from "./find-models";
import { ModelRow } from "./model-row";
import "./model-list.css";

/** Rows that are there at once; more come before the end is reached. */
const PAGE = 24;
/** From this far above the end, in pixels. */
const AHEAD = 600;

interface ModelListProps {
  /** `null` until something is known. */
  list: Models | null;
  isAsking: boolean;
  chosen: string | null;
  /** Not offered, because it is taken already. */
  without?: string | null;
  /** What is chosen is not what is looked for: the first other one is marked. */
  wantsOther?: boolean;
  favourites: string[];
  /** Used before, the last first. */
  recent: string[];
  /** A choice of no model of its own. */
  none?: string | undefined;
  onChoose: (id: string | null) => void;
  onStar: (id: string) => void;
  onAskAgain: () => void;
  /** Between the field and the list. */
  children?: ReactNode;
  /** Below the list. */
  foot?: ReactNode;
}

/** Models by a few letters. The field keeps the focus; arrows walk, Enter chooses. */
export function ModelList(props: ModelListProps) {
  const { list: all, isAsking, chosen, without, wantsOther, favourites, none } = props;
  const list = useMemo(() => {
    if (!all) return null;
    // What is chosen has a row, also when no server lists it.
    const isUnlisted = chosen && !all.models.some(({ id }) => id === chosen);
    const models = isUnlisted ? [...all.models, nothingKnown(chosen)] : all.models;
    return { ...all, models: models.filter(({ id }) => id !== without) };
  }, [all, chosen, without]);
  const [letters, setLetters] = useState("");
  // A star that is set does not move the row away under the hand.
  const [known] = useState({ favourites, recent: props.recent });
  const sections = useMemo(
    () => (list ? sectionsOf(list, letters, known.favourites, known.recent) : []),
    [list, letters, known],
  );
  const ids = useMemo(() => {
    const models = sections.flatMap((section) => section.models.map((model) => model.id));
    return none && letters === "" ? ["", ...models] : models;
  }, [sections, none, letters]);
  const wanted = wantsOther ? "" : (chosen ?? "");
  const [marked, setMarked] = useState(wanted);
  const first = wantsOther ? ids.findIndex((id) => id !== chosen) : 0;
  const active = Math.max(0, ids.includes(marked) ? ids.indexOf(marked) : first);
  useEffect(() => setMarked(wanted), [wanted]);
  const [limit, setLimit] = useState(Math.max(PAGE, active + PAGE));
  const rows = useRef<HTMLDivElement>(null);
  const id = useId();

  const mark = (index: number) => {
    // It ends at its ends: from the first to the last of hundreds is no step.
    const next = Math.min(Math.max(index, 0), ids.length - 1);
    setMarked(ids[next] ?? "");
    setLimit((most) => Math.max(most, next + PAGE));
    // Once it is drawn: it may not be there yet.
    requestAnimationFrame(() => document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" }));
  };
  const choose = (model: string | undefined) => model !== undefined && props.onChoose(model || null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const here = ids[active];
    if (event.key === "Enter") choose(here);
    else if (isShortcut(event.nativeEvent, "favourite") && here) props.onStar(here);
    else if (ids.length > 0 && event.key in STEPS) mark(active + (STEPS[event.key] ?? 0));
    else return;
    event.preventDefault();
  };
  const onClick = (event: PointerEvent) => {
    const star = at(event, "star");
    if (star !== undefined) props.onStar(star);
    else choose(at(event, "model"));
  };
  const onPointerMove = (event: PointerEvent) => {
    const model = at(event, "model");
    if (model !== undefined && model !== marked) setMarked(model);
  };
  const onScroll = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = rows.current ?? {};
    if (limit < ids.length && scrollTop + clientHeight > scrollHeight - AHEAD) setLimit(limit + PAGE);
  };

  let number = none && letters === "" ? 1 : 0;
  return (
    <>
      <div className="model-field">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label={t("Find a model")}
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={ids.length > 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={t("Find a model or a provider")}
          value={letters}
          onChange={(event) => {
            // The field stays under the hand: what is found is shorter, and the list is not.
            if (rows.current) rows.current.style.minHeight = `${rows.current.clientHeight}px`;
            setLetters(event.target.value);
            setMarked("");
            setLimit(PAGE);
            rows.current?.scrollTo?.(0, 0);
          }}
          onKeyDown={onKeyDown}
        />
        <Keys keys="Esc" />
      </div>
      {props.children}
      <div
        ref={rows}
        id={id}
        role="listbox"
        tabIndex={-1}
        aria-label={t("Models")}
        className="model-rows"
        onPointerMove={onPointerMove}
        onClick={onClick as never}
        onKeyDown={onKeyDown}
        onScroll={onScroll}
      >
        {none && letters === "" && <NoneRow id={`${id}-0`} words={none} isActive={active === 0} isChosen={!chosen} />}
        {sections.map((section) => {
          const from = number;
          number += section.models.length;
          if (from >= limit) return null;
          return (
            <Fragment key={section.heading}>
              <Heading section={section} isAsking={isAsking} onAskAgain={props.onAskAgain} />
              {section.models.slice(0, limit - from).map((model, index) => (
                <ModelRow
                  key={model.id}
                  id={`${id}-${from + index}`}
                  model={model}
                  isActive={from + index === active}
                  isChosen={model.id === chosen}
                  isFavourite={favourites.includes(model.id)}
                />
              ))}
            </Fragment>
          );
        })}
        {ids.length === 0 && <p className="model-none soft">{emptyWords(all, letters, isAsking)}</p>}
      </div>
      <div className="model-foot meta">
        <span className="grow" role="status">
          {isAsking ? t("Asking the providers") : t("{keys} marks a favourite", { keys: keysOf("favourite") })}
        </span>
        <Button small kind="quiet" icon="rotate-ccw" disabled={isAsking} onClick={props.onAskAgain}>
          {t("Refresh")}
        </Button>
        {props.foot}
      </div>
    </>
  );
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };

function at(event: PointerEvent, what: "model" | "star"): string | undefined {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>(`[data-${what}]`) : null;
  return target?.dataset[what];
}

function emptyWords(list: Models | null, letters: string, isAsking: boolean): string {
  if (letters && list) return t('No model fits "{letters}". Names of models and providers were searched.', { letters });
  if (list && list.models.length > 0) return t("There is no other model yet.");
  return isAsking || !list ? t("Asking the providers for their models.") : t("No provider named a model.");
}

function NoneRow({
  id,
  words,
  isActive,
  isChosen,
}: {
  id: string;
  words: string;
  isActive: boolean;
  isChosen: boolean;
}) {
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className={`model-row ${isActive ? "is-active" : ""}`}
      aria-selected={isChosen}
      data-model=""
    >
      <span className="model-check">{isChosen && <Icon name="check" size={14} />}</span>
      <span className="model-words">{words}</span>
    </div>
  );
}

function Heading({
  section,
  isAsking,
  onAskAgain,
}: {
  section: ModelSection;
  isAsking: boolean;
  onAskAgain: () => void;
}) {
  const { heading, problem } = section;
  return (
    <div className="model-heading" role="presentation">
      <span className="meta">{heading}</span>
      {problem && <Problem problem={problem} isAsking={isAsking} onAskAgain={onAskAgain} />}
    </div>
  );
}

interface ProblemProps {
  problem: ModelProblem;
  isAsking: boolean;
  onAskAgain: () => void;
}

function Problem({ problem, isAsking, onAskAgain }: ProblemProps) {
  const now = useNow(false);
  const kept = problem.listed_at
    ? ` ${t("Its models are listed as it named them {age}.", { age: age(problem.listed_at, now) })}`
    : "";
  return (
    <div className="model-problem">
      <Icon name="triangle-alert" size={14} />
      <span className="grow">
        {sentence(problem.message)}
        {kept}
      </span>
      {/* A list of options holds no button: this one is for the pointer, "Refresh" below is for everybody. */}
      <Button small aria-hidden tabIndex={-1} disabled={isAsking} onClick={onAskAgain}>
        {t("Try again")}
      </Button>
    </div>
  );
}
