# SPDX-License-Identifier: LGPL-2.1-or-later
"""One answer from several: the mean of scores, or that of logits."""

import numpy as np

LEAST = 1e-38  # of a float32 that is not 0


def mean(scores, by, independent=False):
    """[N, classes] -> [classes].

    by: "scores" or "logits"; independent: each class has a score of its own (msnet.network: output: sigmoid).
    Logits are the logarithms of scores but for one number a row, which the softmax of their mean takes away again.
    """
    scores = np.asarray(scores, np.float64)
    if by == "scores":
        return scores.mean(0)
    logits = np.log(np.maximum(scores, LEAST))
    if independent:
        logits -= np.log(np.maximum(1 - scores, LEAST))
        return 1 / (1 + np.exp(-logits.mean(0)))
    logits = logits.mean(0)
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def of_models(found, models, by, by_models):
    """Scores of a clip, in the order of the first model's labels.

    found: results of each model; by: mean over the results of one; by_models: mean over the models
    """
    answers = []
    for results, model in zip(found, models):
        scores = mean([result.scores for result in results], by, model.independent)
        order = [model.labels.index(label) for label in models[0].labels]
        answers.append(scores[order])
    return mean(answers, by_models, models[0].independent) if len(answers) > 1 else answers[0]
