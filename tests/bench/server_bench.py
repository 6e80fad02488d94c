#!/usr/bin/env python3
"""Measures `ferrite serve` beside redis-server on the same machine, driven by redis-benchmark.

Prints a row a figure: ours, redis-server's, their ratio, and what is to be reached. Machines are noisy, so the two are
measured in turn, several times, and a ratio is the median of the ratios of neighbours. CPU time an operation is the
server process's own (user and system, all threads), read from /proc.

    server_bench.py [--ferrite build/release/bin/ferrite] [--rounds 5] [--requests 200000] [--json] [--only WORD]
"""
import argparse
import glob
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

CLIENTS = 50
RATE_LIMITER = ("local n = redis.call('INCR', KEYS[1]) "
                "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end "
                "return {n, redis.call('TTL', KEYS[1])}")
COMMANDS = {
    "SET": ["SET", "key:__rand_int__", "value:__rand_int__"],
    "GET": ["GET", "key:__rand_int__"],
    "INCR": ["INCR", "counter:__rand_int__"],
    "LPUSH": ["LPUSH", "list", "element"],
    "HSET": ["HSET", "hash", "field:__rand_int__", "value"],
    "ZADD": ["ZADD", "zset", "0", "member:__rand_int__"],
    "SADD": ["SADD", "set", "member:__rand_int__"],
    "XADD": ["XADD", "stream", "*", "field", "value:__rand_int__"],
    "SETBIT": ["SETBIT", "bits:__rand_int__", "7", "1"],
    "PFADD": ["PFADD", "log", "element:__rand_int__"],
    "GEOADD": ["GEOADD", "places", "13.361389", "38.115556", "member:__rand_int__"],
}
SCRIPTS = {
    "EVALSHA of return 1": ("return 1", ["key:__rand_int__"]),
    "EVALSHA of one GET": ("return redis.call('GET', KEYS[1])", ["key:__rand_int__"]),
    "EVALSHA of a rate limiter": (RATE_LIMITER, ["limit:__rand_int__", "100", "60"]),
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process and what can be asked of it."""

    def __init__(self, command, port):
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(1000):
            if self.process.poll() is not None:
                sys.exit(f"{command[0]} ended at once: {' '.join(command)}")
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                return
            except OSError:
                time.sleep(0.01)
        sys.exit(f"{command[0]} does not answer on port {port}")

    def ask(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], check=True, capture_output=True,
                              text=True).stdout.strip()

    def cpu_seconds(self):
        """Of all threads, to the nanosecond where the kernel says so."""
        total = 0
        for task in glob.glob(f"/proc/{self.process.pid}/task/*"):
            try:
                with open(task + "/schedstat") as file:
                    total += int(file.read().split()[0]) / 1e9
            except OSError:
                with open(task + "/stat") as file:
                    fields = file.read().rsplit(")", 1)[1].split()
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def benchmark(self, words, pipeline, requests):
        """Requests a second, and CPU microseconds a request."""
        before = self.cpu_seconds()
        done = subprocess.run(["redis-benchmark", "-p", str(self.port), "-c", str(CLIENTS), "-P", str(pipeline), "-n",
                               str(requests), "-r", "100000", "-q", *words], check=True, capture_output=True,
                              text=True).stdout
        used = self.cpu_seconds() - before
        rates = re.findall(r"([\d.]+) requests per second", done)
        if not rates:
            sys.exit("redis-benchmark printed no figure: " + done)
        return float(rates[-1]), used * 1e6 / requests

    def stop(self):
        self.process.terminate()
        self.process.wait()


def measure(ours, theirs, words, pipeline, requests, rounds, filled=False):
    """Two lists of (rate, cpu), taken in turn, on an empty dataset or one that has most of the keys."""
    taken = ([], [])
    for turn in range(rounds):
        order = ((ours, 0), (theirs, 1)) if turn % 2 == 0 else ((theirs, 1), (ours, 0))
        for server, side in order:
            server.ask("FLUSHALL")
            if filled:
                server.benchmark(COMMANDS["SET"], 16, 300_000)
            taken[side].append(server.benchmark(words, pipeline, requests))
    return taken


def row(name, ours, theirs, target, at_least):
    ratio = statistics.median(a / b for a, b in zip(ours, theirs))
    reached = ratio >= target if at_least else ratio <= target
    return {"row": name, "ours": statistics.median(ours), "redis": statistics.median(theirs), "ratio": ratio,
            "target": target, "at_least": at_least, "reached": reached}


def show(result):
    sign = ">=" if result["at_least"] else "<="
    print(f"{result['row']:<46} {result['ours']:>12.2f} {result['redis']:>12.2f} {result['ratio']:>7.2f}   "
          f"{sign} {result['target']:.2f} {'' if result['reached'] else '  not reached'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--ferrite", default=os.path.join(root, "build/release/bin/ferrite"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--json", action="store_true", help="one object a row")
    options = parser.parse_args()
    for program in ("redis-server", "redis-benchmark", "redis-cli"):
        if not shutil.which(program):
            sys.exit(f"{program} is needed (Debian packages redis-server, redis-tools)")

    ports = free_port(), free_port()
    ours = Server([options.ferrite, "serve", "--port", str(ports[0])], ports[0])
    theirs = Server(["redis-server", "--port", str(ports[1]), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                    ports[1])
    results = []

    def add(result):
        results.append(result)
        if options.json:
            print(json.dumps(result), flush=True)
        else:
            show(result)

    try:
        if not options.json:
            print(f"{'':<46} {'ferrite':>12} {'redis':>12} {'ratio':>7}   to reach")
        for name, words in COMMANDS.items():
            label = f"{name}: requests/s, {CLIENTS} clients, no pipeline"
            if options.only in label:
                single = measure(ours, theirs, words, 1, options.requests // 2, options.rounds, name == "GET")
                add(row(label, [r for r, _ in single[0]], [r for r, _ in single[1]], 1.0, True))
            label = f"{name}: CPU us/request, pipeline 16"
            if options.only in label:
                piped = measure(ours, theirs, words, 16, options.requests * 3, options.rounds, name == "GET")
                add(row(label, [c for _, c in piped[0]], [c for _, c in piped[1]], 0.75, False))
        for name, (script, arguments) in SCRIPTS.items():
            label = f"{name}: CPU us/call, pipeline 16"
            if options.only not in label:
                continue
            shas = {server.ask("SCRIPT", "LOAD", script) for server in (ours, theirs)}
            if len(shas) != 1:
                sys.exit(f"SCRIPT LOAD answers differ: {shas}")
            words = ["EVALSHA", shas.pop(), "1", *arguments]
            piped = measure(ours, theirs, words, 16, options.requests * 2, options.rounds, "GET" in name)
            add(row(label, [c for _, c in piped[0]], [c for _, c in piped[1]], 0.5, False))
    finally:
        ours.stop()
        theirs.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
