// How fast this page can show text that streams. Without a GPU it draws with the processor, and a page that draws all the
// time lets its user wait for each key.

/** The part of the time that drawing may take: the rest is for keys, clicks, and other programs. */
const SHARE = 1 / 6;

/** Frames of text between two measurements. */
const EVERY = 8;

/** What is asked for goes in steps of a screen's frame, up to ten updates a second, so that little is said. */
const STEP_MS = 16;
const SLOWEST_MS = 96;

let tell: (ms: number) => void = () => {};
let told = STEP_MS;
let meanMs = 0;
let frames = 0;

/** From now on `onPace` learns how far apart frames should be; at once if that is not as fast as can be. */
export function followPace(onPace: (ms: number) => void): void {
  tell = onPace;
  if (told !== STEP_MS) tell(told);
}

/** Text came and is drawn next: takes the time of that, once in a while. */
export function measurePace(): void {
  frames += 1;
  if (frames % EVERY !== 1 || typeof MessageChannel === "undefined") return;
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
  meanMs = meanMs === 0 ? ms : meanMs * 0.8 + ms * 0.2;
  const wanted = Math.min(SLOWEST_MS, Math.max(STEP_MS, Math.round(meanMs / SHARE / STEP_MS) * STEP_MS));
  if (wanted === told) return;
  told = wanted;
  tell(wanted);
}
