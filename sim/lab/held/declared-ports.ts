/**
 * Stand-ins for containers: somebody at home on every declared container port of a held lab's pods. TCP answers HTTP requests and
 * echoes all else, UDP echoes, SCTP accepts. The sockets are the pods' own, so policies and limits hold for them as for any.
 */
import { createSocket } from 'node:dgram';
import { createServer, isIPv6, type Socket } from 'node:net';
import { isSystemCallError } from '../../linux/errno.ts';
import { close, sctpListen, tcpListen, udpSocket } from '../../linux/socket.ts';
import { withoutPrefix } from '../../plan/ipam/address-of-cidr.ts';
import type { PodPlan } from '../../plan/plan.ts';
import { objectKey } from '../../plan/cluster/cluster.ts';
import { note, wordsOf, type Lab } from '../lab.ts';
import { answerTo } from './tcp-answer.ts';

type DeclaredPort = PodPlan['ports'][number];

/** Ends one. */
type End = () => void;

const BACKLOG = 4096;

export class DeclaredPorts implements Disposable {
  readonly #lab: Lab;
  readonly #services = new Map<string, readonly End[]>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Listens on all that these pods declare, and no more on what others did. A port that a program holds already is left to it. */
  serve(pods: Iterable<PodPlan>): void {
    const wanted = new Map([...pods].map((pod) => [objectKey(pod), pod]));
    for (const name of this.#services.keys()) if (!wanted.has(name)) this.endIn(name);
    for (const [name, pod] of wanted) if (!this.#services.has(name)) this.#begin(name, pod);
  }

  /** Somebody else wants to listen there, or the pod goes. */
  endIn(name: string): void {
    for (const end of this.#services.get(name) ?? []) end();
    this.#services.delete(name);
  }

  [Symbol.dispose](): void {
    for (const name of [...this.#services.keys()]) this.endIn(name);
  }

  #begin(name: string, pod: PodPlan): void {
    const party = this.#lab.parties.get(name);
    if (party === undefined) return;
    const services: End[] = [];
    const addresses = pod.interfaces.flatMap((one) => one.addresses.map(withoutPrefix));
    for (const port of pod.ports) {
      for (const address of addresses) {
        try {
          services.push(party.namespace.run(() => listen(name, address, port)));
        } catch (error) {
          if (isSystemCallError(error, 'EADDRINUSE')) continue;
          note(this.#lab, 'warning', `nobody listens on ${port.protocol}/${port.port} of ${name}: ${wordsOf(error)}`);
        }
      }
    }
    this.#services.set(name, services);
  }
}

function listen(name: string, address: string, { protocol, port }: DeclaredPort): End {
  switch (protocol) {
    case 'TCP':
      return serveTcp(name, tcpListen(address, port, BACKLOG));
    case 'UDP':
      return serveUdp(address, udpSocket({ local: { address, port } }));
    case 'SCTP': {
      const fd = sctpListen(address, port, BACKLOG);
      return () => close(fd);
    }
  }
}

/** Takes the descriptor over: Node accepts on it, in the namespace that it was made in. */
function serveTcp(name: string, fd: number): End {
  const connections = new Set<Socket>();
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket)).on('error', () => socket.destroy());
    converse(
      socket,
      `${name} ${socket.localAddress ?? ''}:${socket.localPort ?? ''} answers ${socket.remoteAddress ?? ''}`,
    );
  });
  server.on('error', () => undefined);
  server.listen({ fd });
  return () => {
    for (const socket of connections) socket.destroy();
    server.close();
  };
}

/** As with TCP: the socket stays in the namespace that it was made in. */
function serveUdp(address: string, fd: number): End {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  // A reply that nobody takes is no matter.
  socket
    .on('error', () => undefined)
    .on('message', (data, from) => socket.send(data, from.port, from.address, () => undefined));
  socket.bind({ fd });
  return () => socket.close();
}

function converse(socket: Socket, who: string): void {
  let arrived = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    arrived = Buffer.concat([arrived, piece]);
    const answer = answerTo(arrived, who);
    if (answer.kind === 'wait') return;
    arrived = Buffer.alloc(0);
    if (answer.kind === 'http') {
      socket.end(answer.bytes);
      return;
    }
    // Who does not read what it sent is sent no more.
    if (!socket.write(answer.bytes)) {
      socket.pause();
      socket.once('drain', () => socket.resume());
    }
  });
}
