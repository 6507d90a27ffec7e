/** Numbers of a plan. */
import * as z from 'zod';

/** Bits per second; nothing is limited to 0. */
export const bps = z.number().positive();

/** Ids begin at 1. */
export const id = z.int().positive();
