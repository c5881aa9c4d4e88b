# SPDX-License-Identifier: LGPL-2.1-or-later
"""Model files from other projects' checkpoints, and what is in a model file.

    checkpoint.py   opens a file: tensors by name, and what was saved beside them; pickles.py runs nothing of it
    refusals.py     networks that msnet cannot run
    layouts/        one module a project: how it names tensors, and how it looks at pictures
    families/       one module a backbone: its layers, and how a checkpoint tells their sizes
    proposals.py    what a file's name and configuration say; decisions.py keeps what was decided and why
    labels.py       names of classes
    sampling.py     windows in seconds
    convert.py      msnet-convert; inspect.py: msnet-inspect
"""
