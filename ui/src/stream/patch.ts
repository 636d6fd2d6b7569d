import type { Patch } from "../ipc/types";
import { build, buildAll, contentOf } from "./build";

/** Applies patches to what is drawn in `host`, in order. One with no place there is ignored. */
export function applyPatches(host: HTMLElement, patches: readonly Patch[]): void {
  for (const patch of patches) apply(host, patch);
}

function apply(host: HTMLElement, patch: Patch): void {
  const drawn = find(host, patch.path);
  if (!drawn) return;
  switch (patch.op) {
    case "text":
      if (drawn instanceof Text) drawn.appendData(patch.text);
      return;
    case "replace":
      if (drawn !== host) drawn.replaceWith(build(patch.node));
      return;
    case "append": {
      const content = contentOf(drawn);
      if (content instanceof Element) content.append(buildAll(patch.nodes));
      return;
    }
    case "truncate": {
      const content = contentOf(drawn);
      // Counted once: the engine counts anew after each change.
      for (let extra = content.childNodes.length - patch.len; extra > 0; extra -= 1) content.lastChild?.remove();
      return;
    }
    default:
      unknownPatch(patch);
  }
}

/** The block that the patches before went to. A text grows at its end, so the next ones mostly go there too. */
const latest = new WeakMap<HTMLElement, { index: number; block: ChildNode }>();

function find(host: HTMLElement, path: readonly number[]): ChildNode | undefined {
  const [first, ...inner] = path;
  if (first === undefined) return host;
  let drawn = blockAt(host, first);
  for (const index of inner) drawn = drawn && contentOf(drawn).childNodes[index];
  return drawn;
}

/** Counting from the first block of a long text at each update would cost more the longer it is. */
function blockAt(host: HTMLElement, index: number): ChildNode | undefined {
  const known = latest.get(host);
  if (known?.index === index && known.block.parentNode === host) return known.block;
  const block = host.childNodes[index];
  if (block) latest.set(host, { index, block });
  return block;
}

function unknownPatch(_patch: never): void {}
