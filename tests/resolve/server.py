"""A small authoritative DNS server on loopback: real UDP and TCP, answers out of a zone written as text."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone

MAX_CHAIN = 8


@dataclass
class Zone:
    """One zone; `broken` names answer SERVFAIL (`name/AAAA`: to that question), `silent` ones nothing at all.

    `asked` is every question seen.
    """

    origin: str
    text: str
    broken: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.zone = dns.zone.from_text(self.text, origin=self.origin, relativize=False, check_origin=False)
        self.name = dns.name.from_text(self.origin)

    def response(self, query: dns.message.Message) -> dns.message.Message | None:
        question = query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name.rstrip("."), kind))
        if name.rstrip(".") in self.silent:
            return None
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        if {name.rstrip("."), f"{name.rstrip('.')}/{kind}"} & self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
            return response
        self._fill(response, question.name, question.rdtype)
        return response

    def _fill(self, response: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> None:
        for _ in range(MAX_CHAIN):
            rdataset = self.zone.get_rdataset(name, kind)
            if rdataset is not None:
                response.answer.append(dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset)))
                return
            alias = self.zone.get_rdataset(name, dns.rdatatype.CNAME)
            if alias is None:
                break
            response.answer.append(dns.rrset.from_rdata_list(name, alias.ttl, list(alias)))
            name = alias[0].target
        if not any(known.is_subdomain(name) for known in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        soa = self.zone.get_rdataset(self.name, dns.rdatatype.SOA)
        if soa is not None:
            response.authority.append(dns.rrset.from_rdata_list(self.name, soa.ttl, list(soa)))


def _wire(zone: Zone, data: bytes, limit: int) -> bytes | None:
    query = dns.message.from_wire(data)
    response = zone.response(query)
    if response is None:
        return None
    wire = response.to_wire(max_size=65535, want_shuffle=False)
    if len(wire) <= limit:
        return wire
    short = dns.message.make_response(query)
    short.flags |= dns.flags.TC
    return short.to_wire()


@contextmanager
def serving(zone: Zone, where: tuple[str, int] = ("127.0.0.1", 0)) -> Iterator[int]:
    """Serve the zone over UDP and TCP; gives the port."""

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            if (wire := _wire(zone, data, 1232)) is not None:
                sock.sendto(wire, self.client_address)

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            size = self.rfile.read(2)
            if (
                len(size) == 2
                and (wire := _wire(zone, self.rfile.read(struct.unpack("!H", size)[0]), 65535)) is not None
            ):
                self.wfile.write(struct.pack("!H", len(wire)) + wire)

    tcp = socketserver.ThreadingTCPServer(where, Connection)
    tcp.daemon_threads = True
    udp = socketserver.ThreadingUDPServer(tcp.server_address, Datagram)
    udp.daemon_threads = True
    for server in (udp, tcp):
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield tcp.server_address[1]
    finally:
        for server in (udp, tcp):
            server.shutdown()
            server.server_close()
