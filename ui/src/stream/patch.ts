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
      while (content.childNodes.length > patch.len) content.lastChild?.remove();
      return;
    }
    default:
      unknownPatch(patch);
  }
}

function find(host: HTMLElement, path: readonly number[]): ChildNode | undefined {
  let drawn: ChildNode | undefined = host;
  for (const index of path) drawn = drawn && contentOf(drawn).childNodes[index];
  return drawn;
}

function unknownPatch(_patch: never): void {}
