// How large everything is written in this app's windows. Kept by the page: the process has nothing to do with it.
import { t } from "../i18n";
import { rememberTextSize } from "./remembered";
import { useStore } from "./store";

/** The sizes, smallest first, in per cent of the usual one. */
export const textSizes = [
  { value: "small", label: t("Small"), percent: 90 },
  { value: "usual", label: t("Usual"), percent: 100 },
  { value: "large", label: t("Large"), percent: 115 },
  { value: "larger", label: t("Larger"), percent: 130 },
  { value: "zoom-150", label: "150 %", percent: 150 },
  { value: "zoom-200", label: "200 %", percent: 200 },
] as const;

/** Up to this size the text alone grows. Beyond it the whole window does, so that what stands beside each other finds room. */
export const MOST_OF_TEXT = 130;

export type TextSize = (typeof textSizes)[number]["value"];

/** The size of this name; the usual one for any other, such as one of a newer version. */
export function textSizeOf(name: string | null): TextSize {
  return textSizes.find(({ value }) => value === name)?.value ?? "usual";
}

export const textSize = {
  setTextSize(size: TextSize): void {
    rememberTextSize(size);
    useStore.setState({ textSize: size });
  },

  /** One size larger (1) or smaller (-1); it ends at its ends. */
  stepTextSize(by: 1 | -1): void {
    const at = textSizes.findIndex(({ value }) => value === useStore.getState().textSize);
    const next = textSizes[at + by];
    if (next) textSize.setTextSize(next.value);
  },
};
