/** How a queue of the wire decides: tc-bfifo(8) and tc-pfifo(8), tc-codel(8), tc-fq_codel(8), tc-cake(8), tc-red(8). */
export const wireDisciplines = ['fifo', 'codel', 'fq_codel', 'cake', 'red'] as const;
export type WireDiscipline = (typeof wireDisciplines)[number];
