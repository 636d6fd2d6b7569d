// Amounts that may be left open, as a field shows them.

/** What stands in the field; nothing for one that is left open. */
export const amountText = (value: number | null) => (value === null ? "" : String(value));

/** The amount that stands there; `null` while it is empty, no number where it is none. */
export const amountOf = (text: string) => (text.trim() === "" ? null : Number(text));
