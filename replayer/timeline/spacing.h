/// Which checkpoint is of least use. Pure.
///
/// A checkpoint is worth the replay time that it saves: without it, moments after it are reached
/// from the one before. Near the place where the user is, that counts more than far away: time is
/// divided by the distance from there. So what stays is dense around the user and thins out with
/// distance, and the whole recording keeps a net of points:
///
///   use(i) = (seconds[i+1] - seconds[i-1]) / (distance(i, user) + floor)
///
/// `floor` is a share of the whole recording, so that far away gaps do not grow beyond measure:
/// with n points and a share of 1/4, the widest gap is some 5/n of the recording.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace weft::timeline {

/// Index of the checkpoint to give up; `seconds` of replay, ascending. Never the first (everything
/// starts there), the last (the frontier) or `kept`. Nothing if none is left to choose.
std::optional<size_t> least_useful(std::span<const double> seconds, double user_seconds,
                                   size_t kept);

}  // namespace weft::timeline
