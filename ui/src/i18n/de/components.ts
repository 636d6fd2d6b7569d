/** What the parts say that every room is made of: times, sizes, files. */
export const components = {
  "about {n} tokens": "etwa {n} Tokens",
  "Back to the chat": "Zurück zum Chat",
  "just now": "gerade eben",
  "less than 1 s": "weniger als 1 s",
  "Message ~toast": "Meldung",
  "Notifications ({hotkey})": "Meldungen ({hotkey})",
  picture: "Bild",
  "{h} h {m} m": "{h} h {m} min",
  "{m} m {s} s": "{m} min {s} s",
  "{n, plural, one {# file} other {# files}}": "{n, plural, one {# Datei} other {# Dateien}}",
  "{n, plural, one {# page} other {# pages}}": "{n, plural, one {# Seite} other {# Seiten}}",
  "{n, plural, one {# sheet} other {# sheets}}": "{n, plural, one {# Blatt} other {# Blätter}}",
  "{n, plural, one {# slide} other {# slides}}": "{n, plural, one {# Folie} other {# Folien}}",
  "{n} bytes": "{n} Bytes",
  "{n} h ago": "vor {n} h",
  "{n} min ago": "vor {n} min",
  "{place, select, page {pages} slide {slides} sheet {sheets} other {files}} {from}–{to} of {all}":
    "{place, select, page {Seiten} slide {Folien} sheet {Blätter} other {Dateien}} {from}–{to} von {all}",
} as const;
