/**
 * How many instructions the verifier may walk for all programs together. The kernel allows a million for one (BPF_COMPLEXITY_LIMIT_INSNS);
 * what is walked is waited for at every start of a lab, and is room that the next stage of the dataplane has not.
 */
export const VERIFIER_ROOM = 150_000;
