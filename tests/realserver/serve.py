#!/usr/bin/env python3
"""Serves a model file with llama.cpp's own HTTP server on 127.0.0.1, until its standard input closes or SIGTERM.

Prints one line, `READY http://127.0.0.1:PORT`, when it answers. llama.cpp's log goes to standard error.
"""
import argparse
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request


def main():
    asked = arguments()
    # Whoever started us holds the other end; when they are gone, however that came, so are we.
    threading.Thread(target=end_with_stdin, daemon=True).start()
    if asked.tokens_per_second > 0:
        pace(asked)
    else:
        serve(asked)


def arguments():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("model")
    options.add_argument("--port", type=int, default=0, help="0 takes a free one")
    options.add_argument("--context", type=int, default=4096, help="of each slot; rounded up to a multiple of 256")
    options.add_argument("--slots", type=int, default=2, help="answers at the same time; further requests wait")
    options.add_argument("--name", default="tiny", help="the id in the list of models")
    options.add_argument("--api-key", default="", help="refuse requests without it")
    options.add_argument("--keep-alive", type=int, default=30, help="seconds between comments on a silent stream")
    options.add_argument("--tokens-per-second", type=float, default=0, help="roughly; 0 is as fast as it goes")
    return options.parse_args()


def serve(asked):
    # The library prints on standard output; that one is ours alone.
    ready = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = asked.model
    params.model_alias = {asked.name}
    params.hostnames = ["127.0.0.1"]
    params.port = asked.port
    params.n_parallel = asked.slots
    params.n_ctx = asked.context * asked.slots
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.fit_params = False
    params.warmup = False
    params.ui = False
    params.endpoint_props = False
    params.cache_ram_mib = 64
    params.sse_ping_interval = asked.keep_alive
    params.verbosity = 3
    params.offline = True
    if asked.api_key:
        params.api_keys = [asked.api_key]

    # Blocked before the server's threads start, so that none of them takes the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    server = xllamacpp.Server(params)
    address = server.listening_address
    if "://" not in address:
        address = f"http://{address}"
    wait_until_healthy(address)
    print(f"READY {address}", file=ready, flush=True)
    signal.sigwait({signal.SIGTERM})
    # At once, as a crash would: the kernel closes every socket.
    os._exit(0)


def wait_until_healthy(address):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    sys.exit("the server did not become healthy")


# A slice of so many seconds makes about so many tokens.
SLICE_SECONDS, SLICE_TOKENS = 0.00025, 1.5


def pace(asked):
    """Runs the server as a child that is stopped most of the time. Everything else it does slows down as well."""
    kernel = ctypes.CDLL(None)
    die_with_parent = 1  # PR_SET_PDEATHSIG
    child = subprocess.Popen(
        [sys.executable, __file__, *sys.argv[1:], "--tokens-per-second", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: kernel.prctl(die_with_parent, signal.SIGKILL),
    )
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    sys.stdout.buffer.write(child.stdout.readline())
    sys.stdout.flush()
    while child.poll() is None and not ending.is_set():
        child.send_signal(signal.SIGSTOP)
        time.sleep(SLICE_TOKENS / asked.tokens_per_second)
        child.send_signal(signal.SIGCONT)
        time.sleep(SLICE_SECONDS)
    child.kill()
    sys.exit(child.wait() if not ending.is_set() else 0)


def end_with_stdin():
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
