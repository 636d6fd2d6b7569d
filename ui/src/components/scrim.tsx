import { useLayoutEffect } from "react";

/** What lies between a dialog and the page; while it is there, the page has no scroll bars. */
export function Scrim() {
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.toggleAttribute("data-covered", true);
    return () => {
      root.toggleAttribute("data-covered", false);
    };
  }, []);
  // A plain element: the library's overlay locks scrolling through a <style> element.
  return <div className="scrim" />;
}
