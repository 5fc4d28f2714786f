"""Our routing engine and its peers on the same graph, single thread, ratios of one run.

    python -m tests.benchmarks.routing [--graph newyork|coquimbo] [--peers scipy pyroutingkit ...] [--rounds 5]

Every engine runs in a process of its own, so that one that ends unasked takes nobody with it; rounds are interleaved
and only CPU time counts. Answers of engines that price a way as we do are compared with ours before a figure is kept.
"""
