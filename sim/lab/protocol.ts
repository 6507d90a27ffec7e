/**
 * What the front end and the agent say to each other: newline-delimited JSON over a pipe, a console or a serial line.
 * Commands go in, messages come out. Binary data is base64. Both ends are of one build, so there is no negotiation:
 * the agent's `hello` carries its build and the front end refuses another.
 */
export type * from './command.ts';
export type * from './message.ts';

/**
 * One cell of an answer. `.` allowed; `e`, `i`: dropped by the sender's egress, the receiver's ingress program; `s`: a
 * packet to itself never meets a program; `-`: no address family in common, so nothing was asked.
 */
export type VerdictMark = '.' | 'e' | 'i' | 's' | '-';

/**
 * `.` connected or answered; `r` refused, so the packet arrived; `X` silence; `u` unreachable; `?` one of these two, while a table
 * of the kernel was full, so that it says nothing; `-` nothing was asked.
 */
export type WireMark = '.' | 'r' | 'X' | 'u' | '?' | '-';
