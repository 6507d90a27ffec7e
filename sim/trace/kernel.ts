import * as z from 'zod';
import { count, text } from '../diagnostics/checked.ts';
import { clocks } from './names.ts';

/** The kernel that a lab ran in. */
export const kernelSchema = z.object({
  kind: text,
  release: text,
  clock: z.enum(clocks),
  /** Of a virtual clock's random numbers, where it was another than the first. */
  seed: count.exactOptional(),
});
