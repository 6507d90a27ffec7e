/** Names of drop reasons, as trace and reports show them: `POLICY_DENIED`, `EDT_HORIZON`, ... */
import { DropReason } from './abi.generated.ts';

const names = new Map<number, string>(Object.entries(DropReason).map(([name, number]) => [number, name]));

/** @throws {RangeError} when the dataplane has no such reason: it and this program are not of one build */
export function dropReasonName(reason: number): string {
  const name = names.get(reason);
  if (name === undefined) throw new RangeError(`the dataplane has no drop reason ${reason}`);
  return name;
}
