/** Texts of a trace, which may have come from anywhere: what no face may show is replaced where they are read. */
import { z } from 'zod';
import { printable, printableLines } from '../diagnostics/printable.ts';

/** A name, in one line. */
export const text = z.string().transform(printable);

/** What somebody said, in lines. */
export const lines = z.string().transform(printableLines);
