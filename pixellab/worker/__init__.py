"""The sampling process: it holds the models and draws for every session of the web process.

    requests.py   what can be asked for, and its checks          (no torch)
    protocol.py   the frames on the pipe                         (no torch)
    records.py    what is told of each pixel                     (no torch)
    jobs.py       an asked-for picture, filling up               (no torch)
    process.py    the child process, its pipes and its end       (no torch)
    client.py     what pages use: connect, submit, warm          (no torch)
    server.py     the loop that advances all pictures in turn    (no torch)
    engine.py     models and streams                             (torch)
    __main__.py   python -m pixellab.worker

Pages import `pixellab.worker.client` and nothing else. The web process starts the worker with `subprocess`,
talks to it over its stdin and stdout, and never imports torch itself.
"""
