import type { ReactNode } from "react";
import { Segments } from "../components/segments";
import { Toaster } from "../components/toast";
import { Controls, Fields, Icons, Notes } from "./controls";
import { Approvals, Nothing, Rows, Texts, Turns } from "./work";

const shown: { id: string; title: string; body: () => ReactNode }[] = [
  { id: "buttons", title: "Buttons, counts and choices", body: Controls },
  { id: "fields", title: "Fields", body: Fields },
  { id: "icons", title: "Icons and states", body: Icons },
  { id: "notes", title: "Notes", body: Notes },
  { id: "rows", title: "Tasks in their list", body: Rows },
  { id: "turns", title: "Turns of a chat", body: Turns },
  { id: "approvals", title: "What agents ask", body: Approvals },
  { id: "texts", title: "What an answer can hold", body: Texts },
  { id: "nothing", title: "Nothing there, and not there yet", body: Nothing },
];

const theme = document.documentElement.dataset.theme === "dark" ? "dark" : "light";
const dir = document.documentElement.dir === "rtl" ? "rtl" : "ltr";

/** The page: one section for each kind of component. */
export function Gallery() {
  return (
    <main className="gallery">
      <header className="gallery-head">
        <h1>Every component in every state</h1>
        <Segments label="Theme" value={theme} options={themes} onChange={(value) => go({ theme: value, dir })} />
        <Segments label="Direction" value={dir} options={directions} onChange={(value) => go({ theme, dir: value })} />
      </header>
      {shown.map(({ id, title, body: Body }) => (
        <section key={id} id={id} className="gallery-part" aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`}>{title}</h2>
          <Body />
        </section>
      ))}
      <Toaster />
    </main>
  );
}

const themes = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;
const directions = [
  { value: "ltr", label: "Left to right" },
  { value: "rtl", label: "Right to left" },
] as const;

function go(to: { theme: string; dir: string }): void {
  location.search = new URLSearchParams(to).toString();
}
