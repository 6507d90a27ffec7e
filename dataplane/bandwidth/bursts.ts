import * as z from 'zod';

const bits = z.int().nonnegative();

/** Of the CNI plugin `bandwidth`: what its buckets hold, in bits (`ingressBurst` and `egressBurst` of its configuration). */
export const burstsSchema = z.object({ ingressBits: bits.exactOptional(), egressBits: bits.exactOptional() });
export type Bursts = Readonly<z.infer<typeof burstsSchema>>;
