// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * The pure headers under gcc: one question a line on stdin, one line of answer on stdout. The claims are in the .test.ts files.
 *
 *   depart RATE HORIZON T_LAST WIRE_LEN TSTAMP NOW   -> DROP TSTAMP T_LAST
 *   limit RATE HORIZON BOUND START SHARE LONE ANSWER QUANTUM LUMP DATAGRAM SPARSE SHARE COST FLOW_SHARE FLOW_COST
 *                                                    -> ok: a new limit without flows, which the lines below ask
 *   change (as limit) T_LAST                         -> ok: the same limit with its flows, at another rate
 *   packet FLOW WIRE_LEN TSTAMP TELL NOW ID FIRST    -> DROP TELL DEPARTURE T_LAST; TELL is enum tell; ID 0: no fragment
 *   trace QUEUE MOMENT...                            -> ok: a new wire from time 0 on, which the lines below ask; moments in ms
 *   deliver BYTES NOW                                -> DROP DEPARTURE
 *   parse HEX                                        -> REASON KIND VERSION PROTOCOL SOURCE DESTINATION SPORT DPORT
 *                                                       FRAGMENT HEADERS ICMP OPENS QUOTED-PROTOCOL QUOTED-SPORT
 *   connection PROTOCOL {f|r}FLAGS@NOW...            -> LIFETIME after each packet, seconds; forward or reply
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "../aqm.h"
#include "../conntrack.h"
#include "../delivery-trace.h"
#include "../flow-set.h"
#include "../parse.h"
#include "../policy.h"

static void depart(const char *arguments)
{
	struct limit limit = {};
	struct departure departure;
	uint64_t rate, horizon, t_last, tstamp, now;
	uint32_t wire_len;

	if (sscanf(arguments, "%" SCNu64 "%" SCNu64 "%" SCNu64 "%" SCNu32 "%" SCNu64 "%" SCNu64, &rate, &horizon, &t_last,
		   &wire_len, &tstamp, &now) != 6)
		exit(2);
	limit.horizon_ns = horizon;
	limit.t_last = t_last;
	departure = edt_depart(&limit, edt_delay(wire_len, rate), tstamp, now);
	printf("%u %" PRIu64 " %" PRIu64 "\n", departure.drop, (uint64_t)departure.tstamp, (uint64_t)limit.t_last);
}

static struct limit limit;
static struct flow_set sets[FLOW_SETS];

static void set_limit(const char *arguments)
{
	if (sscanf(arguments, "%llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %u %u %u %u", &limit.rate_bps, &limit.horizon_ns,
		   &limit.bound_ns, &limit.start_ns, &limit.share_ns, &limit.lone_ns, &limit.answer_ns, &limit.quantum_ns, &limit.lump_ns, &limit.datagram_ns, &limit.sparse_ns,
		   &limit.sparse_share, &limit.sparse_cost, &limit.sparse_flow_share, &limit.sparse_flow_cost) != 15)
		exit(2);
	printf("ok\n");
}

static void new_limit(const char *arguments)
{
	memset(&limit, 0, sizeof(limit));
	memset(sets, 0, sizeof(sets));
	set_limit(arguments);
}

static void change_limit(const char *arguments)
{
	int words;

	if (sscanf(arguments, "%llu %llu %n", &limit.t_last, &limit.owed_from, &words) != 2)
		exit(2);
	set_limit(arguments + words);
}

static void packet(const char *arguments)
{
	unsigned int hash, wire_len, tell, id, first;
	unsigned long long tstamp, now;
	struct departure departure;
	struct arrival arrival;

	if (sscanf(arguments, "%u %u %llu %u %llu %u %u", &hash, &wire_len, &tstamp, &tell, &now, &id, &first) != 7)
		exit(2);
	arrival = (struct arrival){
		.now = now,
		.delay = edt_delay(wire_len, limit.rate_bps),
		.tstamp = tstamp,
		.tell = tell,
		.datagram = id,
		.first = first,
		.answers = tell == TELL_BY_CUT,
	};
	departure = aqm_depart(&limit, flow_of(&sets[flow_set_of(hash)], hash, now), &arrival);
	printf("%u %u %llu %llu\n", departure.drop, departure.tell, (unsigned long long)departure.tstamp,
	       (unsigned long long)limit.t_last);
}

static struct wire traced;

static void new_trace(char *arguments)
{
	char *word = strtok(arguments, " \n");

	memset(&traced, 0, sizeof(traced));
	traced.queue_bytes = strtoull(word, NULL, 10);
	while ((word = strtok(NULL, " \n")))
		moments[traced.count++] = strtoul(word, NULL, 10);
	traced.period_ns = moments[traced.count - 1] * NS_PER_MS;
	printf("ok\n");
}

static void deliver(const char *arguments)
{
	struct departure departure;
	unsigned long long now;
	unsigned int bytes;

	if (sscanf(arguments, "%u %llu", &bytes, &now) != 2)
		exit(2);
	departure = trace_depart(&traced, bytes, now);
	printf("%u %llu\n", departure.drop, (unsigned long long)departure.tstamp);
}

static void print_address(const struct address *address)
{
	for (int i = 0; i < 4; i++)
		printf("%08x", be32toh(address->words[i]));
	printf(" ");
}

static void parse(const char *hex)
{
	struct packet packet, quoted = {};
	/* Exactly as long as the frame: the address sanitizer sees every byte too far. */
	size_t length = strspn(hex, "0123456789abcdef") / 2;
	/* Two bytes in front, as in the kernel (NET_IP_ALIGN): the headers behind Ethernet's are then aligned. */
	__u8 *room = malloc(2 + (length ? length : 1));
	__u8 *bytes = room + 2;
	frame_t frame = { .data = bytes, .length = length };
	int reason;

	for (size_t i = 0; i < length; i++)
		sscanf(hex + 2 * i, "%2hhx", &bytes[i]);
	reason = parse_frame(&frame, &packet);
	if (packet.icmp == ICMP_ERROR && parse_quoted(&frame, &packet, &quoted))
		memset(&quoted, 0, sizeof(quoted));
	printf("%d %u %u %u ", reason, packet.kind, packet.version, packet.protocol);
	print_address(&packet.source);
	print_address(&packet.destination);
	printf("%u %u %u %u %u %u %u %u\n", be16toh(packet.source_port), be16toh(packet.destination_port), packet.fragment,
	       packet.headers, packet.icmp, packet.opens, quoted.protocol, be16toh(quoted.source_port));
	free(room);
}

static void connection(char *arguments)
{
	struct connection connection = {};
	struct packet packet = {};
	char *word = strtok(arguments, " \n");

	packet.protocol = atoi(word);
	while ((word = strtok(NULL, " \n"))) {
		char way;
		unsigned flags;
		uint64_t now;

		if (sscanf(word, "%c%u@%" SCNu64, &way, &flags, &now) != 3)
			exit(2);
		packet.tcp_flags = flags;
		packet.opens = flags == TCP_SYN;
		if (way == 'f')
			conntrack_forward(&connection, &packet, 1, now);
		else
			conntrack_reply(&connection, &packet, now);
		printf("%" PRIu64 " ", (uint64_t)((connection.expires_ns - now) / SECOND_NS));
	}
	printf("\n");
}

int main(void)
{
	static char line[300000];

	while (fgets(line, sizeof(line), stdin)) {
		char *arguments = strchr(line, ' ');

		if (!arguments)
			return 2;
		*arguments++ = 0;
		if (!strcmp(line, "depart"))
			depart(arguments);
		else if (!strcmp(line, "limit"))
			new_limit(arguments);
		else if (!strcmp(line, "change"))
			change_limit(arguments);
		else if (!strcmp(line, "packet"))
			packet(arguments);
		else if (!strcmp(line, "trace"))
			new_trace(arguments);
		else if (!strcmp(line, "deliver"))
			deliver(arguments);
		else if (!strcmp(line, "parse"))
			parse(arguments);
		else if (!strcmp(line, "connection"))
			connection(arguments);
		else
			return 2;
	}
	return 0;
}
