// How fast this page can show what comes. Without a GPU it draws with the processor, and a page that draws all the
// time lets its user wait for each key.

/** The part of the time that drawing may take: the rest is for keys, clicks, and other programs. */
const SHARE = 1 / 6;

/** Between two measurements. */
const EVERY_MS = 128;

/** What is asked for goes in steps of a screen's frame, up to ten updates a second, so that little is said. */
const STEP_MS = 16;
const SLOWEST_MS = 96;

let tell: (ms: number) => void = () => {};
let told = STEP_MS;
let meanMs = 0;
let measuredAt = Number.NEGATIVE_INFINITY;

/** From now on `onPace` learns how far apart frames should be; at once if that is not as fast as can be. */
export function followPace(onPace: (ms: number) => void): void {
  tell = onPace;
  if (told !== STEP_MS) tell(told);
}

/** Text or rows came and are drawn next: takes the time of that, once in a while. */
export function measurePace(): void {
  const now = performance.now();
  if (now - measuredAt < EVERY_MS || typeof MessageChannel === "undefined") return;
  measuredAt = now;
  requestAnimationFrame(() => {
    const began = performance.now();
    const { port1, port2 } = new MessageChannel();
    // Comes through once the frame is drawn.
    port1.onmessage = () => {
      port1.close();
      take(performance.now() - began);
    };
    port2.postMessage(0);
  });
}

/** The clock of the page goes in milliseconds, so single times are rough. */
function take(ms: number): void {
  // Slower is believed sooner: what comes too fast piles up before the keys.
  const weight = ms > meanMs ? 0.5 : 0.2;
  meanMs = meanMs === 0 ? ms : meanMs * (1 - weight) + ms * weight;
  const wanted = Math.min(SLOWEST_MS, Math.max(STEP_MS, Math.round(meanMs / SHARE / STEP_MS) * STEP_MS));
  if (wanted === told) return;
  told = wanted;
  tell(wanted);
}
