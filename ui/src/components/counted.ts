/** `1 word`, `38 words`, `1 204 words`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** A number as it stands everywhere in the window: `1 204`. */
export function grouped(n: number): string {
  return n.toLocaleString("en").replaceAll(",", " ");
}
