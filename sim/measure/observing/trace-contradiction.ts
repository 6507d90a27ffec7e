/** A record that contradicts the plan or the records before it: the trace is not of one run. */
export class TraceContradiction extends Error {
  override readonly name = 'TraceContradiction';
}
