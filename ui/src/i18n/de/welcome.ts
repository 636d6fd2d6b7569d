/** The first run. */
export const welcome = {
  "A provider, with your key": "Ein Anbieter, mit deinem Schlüssel",
  "Already set up on this computer": "Auf diesem Computer schon eingerichtet",
  "Answer ~noun": "Antwort",
  "Ask it something": "Frag etwas",
  "Asking the provider.": "Der Anbieter wird gefragt.",
  "Choose a model first": "Erst ein Modell wählen",
  "Continue ~step": "Weiter",
  "Done, under its prompt": "Fertig, unter dem Prompt",
  "Ended, see its chat": "Beendet, siehe Chat",
  "Explain the tides in five sentences": "Erkläre Ebbe und Flut in fünf Sätzen",
  "Long work goes on without you, also with the window closed. What a restart cuts goes on from its text. The answer comes back under your prompt, once.":
    "Lange Arbeit geht ohne dich weiter, auch bei geschlossenem Fenster. Was ein Neustart unterbricht, geht von seinem Text aus weiter. Die Antwort kommt unter deinen Prompt zurück, einmal.",
  "Look again": "Neu suchen",
  "Looking for servers on this computer": "Server auf diesem Computer werden gesucht",
  "Model of {product}": "Modell von {product}",
  "No account with us. Chats, tasks and results stay on this computer. You can change this at any time.":
    "Kein Konto bei uns. Chats, Aufgaben und Ergebnisse bleiben auf diesem Computer. Du kannst das jederzeit ändern.",
  "No model is set up yet, so there is nothing to ask. Choose one now, or later in the settings. The practice model needs no key.":
    "Es ist noch kein Modell eingerichtet, also lässt sich nichts fragen. Wähle jetzt eines oder später in den Einstellungen. Das Übungsmodell braucht keinen Schlüssel.",
  "No model server answers on this computer.": "Auf diesem Computer antwortet kein Modell-Server.",
  "Not a real model. Writes sample text, to try things without a key":
    "Kein echtes Modell. Schreibt Beispieltext, zum Ausprobieren ohne Schlüssel",
  "OpenAI, Anthropic, Gemini, OpenRouter, Groq, Mistral, or another address":
    "OpenAI, Anthropic, Gemini, OpenRouter, Groq, Mistral oder eine andere Adresse",
  "Paste a key and test it first, or skip this step.":
    "Füge erst einen Schlüssel ein und teste ihn, oder überspring diesen Schritt.",
  "Send one away": "Schick eine Frage in den Hintergrund",
  Skip: "Überspringen",
  "Skip all": "Alles überspringen",
  "Skip, decide later": "Überspringen, später wählen",
  "Stopped by you. What was there is kept.": "Von dir gestoppt. Was da war, bleibt.",
  "Try it": "Ausprobieren",
  "try it with the same question": "probier es mit derselben Frage",
  "Which model should answer?": "Welches Modell soll antworten?",
  "Your question": "Deine Frage",
  "{host}, running, no model loaded": "{host}, läuft, kein Modell geladen",
  "{host}, {n, plural, one {# model} other {# models}}. Nothing leaves the machine":
    "{host}, {n, plural, one {# Modell} other {# Modelle}}. Nichts verlässt den Computer",
} as const;
