import type { Proof, ProofStep } from "./types";

/** A test in which nothing was lost. */
export const soundProof: Proof = {
  kills: 3,
  shown: 1937,
  lost: 0,
  told: 1,
  is_whole: true,
  findings: [],
  holds: true,
};

/** What happened in it. */
export const proofSteps: ProofStep[] = [461, 747, 1047].flatMap((bytes): ProofStep[] => [
  { type: "shown", bytes, whole: 1937 },
  { type: "killed", bytes },
  { type: "back", lost: 0, after_ms: 40 },
]);
