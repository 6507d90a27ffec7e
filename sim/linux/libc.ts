/**
 * The C library, through koffi: only what this folder needs, typed once. Results are C's own (-1 and errno);
 * the files that call these turn them into SystemCallErrors. Pointers to memory are typed arrays, used during the call only.
 */
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');

export type Memory = Uint8Array;

export const setns = libc.func('int setns(int fd, int nstype)') as (fd: number, nstype: number) => number;
export const unshare = libc.func('int unshare(int flags)') as (flags: number) => number;
export const sethostname = libc.func('int sethostname(const void *name, size_t length)') as (
  name: Memory,
  length: number,
) => number;
export const mount = libc.func(
  'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
) as (source: string, target: string, type: string | null, flags: number, data: string | null) => number;
export const umount2 = libc.func('int umount2(const char *target, int flags)') as (
  target: string,
  flags: number,
) => number;
/** `set` and `get` are a `struct rlimit` each. */
export const prlimit = libc.func('int prlimit(int pid, int resource, const void *set, void *get)') as (
  pid: number,
  resource: number,
  set: Memory | null,
  get: Memory | null,
) => number;
export const close = libc.func('int close(int fd)') as (fd: number) => number;
export const lseek = libc.func('int64_t lseek(int fd, int64_t offset, int whence)') as (
  fd: number,
  offset: number,
  whence: number,
) => number | bigint;

export const socket = libc.func('int socket(int domain, int type, int protocol)') as (
  domain: number,
  type: number,
  protocol: number,
) => number;
export const bind = libc.func('int bind(int fd, const void *address, uint32_t length)') as (
  fd: number,
  address: Memory,
  length: number,
) => number;
export const listen = libc.func('int listen(int fd, int backlog)') as (fd: number, backlog: number) => number;
export const connect = libc.func('int connect(int fd, const void *address, uint32_t length)') as (
  fd: number,
  address: Memory,
  length: number,
) => number;
export const accept4 = libc.func('int accept4(int fd, void *address, void *length, int flags)') as (
  fd: number,
  address: Memory | null,
  length: Memory | null,
  flags: number,
) => number;
export const getsockname = libc.func('int getsockname(int fd, void *address, void *length)') as (
  fd: number,
  address: Memory,
  length: Memory,
) => number;
export const send = libc.func('int64_t send(int fd, const void *data, size_t size, int flags)') as (
  fd: number,
  data: Memory,
  size: number,
  flags: number,
) => number;
export const recv = libc.func('int64_t recv(int fd, void *data, size_t size, int flags)') as (
  fd: number,
  data: Memory,
  size: number,
  flags: number,
) => number;
export const sendto = libc.func(
  'int64_t sendto(int fd, const void *data, size_t size, int flags, const void *address, uint32_t length)',
) as (fd: number, data: Memory, size: number, flags: number, address: Memory, length: number) => number;
export const recvfrom = libc.func(
  'int64_t recvfrom(int fd, void *data, size_t size, int flags, void *address, void *length)',
) as (fd: number, data: Memory, size: number, flags: number, address: Memory, length: Memory) => number;
/** `struct mmsghdr`s in one call; 0 of them is no error. */
export const sendmmsg = libc.func('int sendmmsg(int fd, void *messages, unsigned int count, int flags)') as (
  fd: number,
  messages: Memory,
  count: number,
  flags: number,
) => number;
export const recvmmsg = libc.func(
  'int recvmmsg(int fd, void *messages, unsigned int count, int flags, void *timeout)',
) as (fd: number, messages: Memory, count: number, flags: number, timeout: null) => number;
export const setsockopt = libc.func(
  'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
) as (fd: number, level: number, name: number, value: Memory, length: number) => number;
export const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)') as (
  fd: number,
  level: number,
  name: number,
  value: Memory,
  length: Memory,
) => number;
export const poll = libc.func('int poll(void *fds, unsigned long count, int timeout)') as (
  fds: Memory,
  count: number,
  timeout: number,
) => number;

/** `vsnprintf` with the va_list that a C callback received: a pointer on x86-64 and arm64 alike. */
export const vsnprintf = libc.func('int vsnprintf(void *buffer, size_t size, const char *format, void *arguments)') as (
  buffer: Memory,
  size: number,
  format: unknown,
  arguments_: unknown,
) => number;

/** `ioctl` with a pointer to memory as its argument. */
export const ioctl = libc.func('int ioctl(int fd, unsigned long request, ...)') as (
  fd: number,
  request: number,
  type: 'void *',
  argument: Memory,
) => number;
/** `ioctl` with a number as its argument. */
export const ioctlNumber = ioctl as unknown as (fd: number, request: number, type: 'int', argument: number) => number;
export const posixOpenpt = libc.func('int posix_openpt(int flags)') as (flags: number) => number;

const syscall3 = libc.func('long syscall(long number, ...)') as (
  number: number,
  ...typedArguments: unknown[]
) => number;

/** `finit_module(2)`, which the C library has no name for. */
export function finitModule(fd: number, parameters: string, flags: number): number {
  return syscall3(numberOf('finit_module'), 'int', fd, 'const char *', parameters, 'int', flags);
}

/** `membarrier(2)`. */
export function membarrier(command: number, flags: number): number {
  return syscall3(numberOf('membarrier'), 'int', command, 'int', flags);
}

function numberOf(call: SystemCall): number {
  const number = systemCallNumbers[process.arch]?.[call];
  if (number === undefined)
    throw new Error(`no system call numbers for ${process.arch}: add them to sim/linux/libc.ts`);
  return number;
}

type SystemCall = 'finit_module' | 'membarrier';

const systemCallNumbers: Readonly<Partial<Record<string, Readonly<Record<SystemCall, number>>>>> = {
  x64: { finit_module: 313, membarrier: 324 },
  arm64: { finit_module: 273, membarrier: 283 },
};

/**
 * Where memory lies, for structures that point at other memory. It stays there only while it is referenced: whoever
 * keeps the address keeps the memory.
 */
export function addressOf(memory: ArrayBuffer): bigint {
  return koffi.address(new Uint8Array(memory));
}
