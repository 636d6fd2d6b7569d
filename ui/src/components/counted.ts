/** A number as it stands everywhere in the window: `1 204`. */
export function grouped(n: number): string {
  return n.toLocaleString("en").replaceAll(",", " ");
}
