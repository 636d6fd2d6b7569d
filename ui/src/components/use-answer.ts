import { useCallback, useEffect, useRef, useState } from "react";
import { sentence } from "./sentence";

export interface Answer<T> {
  value: T | null;
  /** Why there is none, in the words of whoever was asked. */
  error: string | null;
  isAsking: boolean;
  again: () => void;
}

/** Asks once the component is shown, and again when asked to. The newest question counts. */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const [state, setState] = useState<Omit<Answer<T>, "again">>({ value: null, error: null, isAsking: true });
  const question = useRef(ask);
  question.current = ask;
  const newest = useRef(0);

  const again = useCallback(() => {
    newest.current += 1;
    const mine = newest.current;
    setState((before) => ({ ...before, isAsking: true }));
    question.current().then(
      (value) => {
        if (mine === newest.current) setState({ value, error: null, isAsking: false });
      },
      (error: unknown) => {
        if (mine === newest.current) setState((before) => ({ ...before, error: wordsOf(error), isAsking: false }));
      },
    );
  }, []);

  useEffect(() => {
    again();
    return () => {
      newest.current += 1;
    };
  }, [again]);

  return { ...state, again };
}

/** The sentence in whatever was thrown. */
export function wordsOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return sentence(String(error.message));
  return sentence(String(error));
}
