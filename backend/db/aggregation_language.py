"""The part of MongoDB's aggregation language that may be used: reads only, no code, no other collections."""

STAGES: dict[str, tuple[type, ...]] = {
    "$addFields": (dict,),
    "$bucket": (dict,),
    "$count": (str,),
    "$facet": (dict,),
    "$group": (dict,),
    "$limit": (int,),
    "$match": (dict,),
    "$project": (dict,),
    "$replaceRoot": (dict,),
    "$replaceWith": (dict, str),
    "$sample": (dict,),
    "$set": (dict,),
    "$skip": (int,),
    "$sort": (dict,),
    "$sortByCount": (dict, str),
    "$unset": (str, list),
    "$unwind": (dict, str),
}
"""Stage -> what its specification is."""

ACCUMULATED = frozenset({"$group", "$bucket"})
"""Stages whose fields are accumulators."""

_QUERY = (
    "$all $and $elemMatch $eq $exists $expr $gt $gte $in $lt $lte $ne $nin $nor $not $options $or $regex $size $type"
)
_ACCUMULATORS = "$addToSet $avg $first $last $max $mergeObjects $min $push $sum"
_ARITHMETIC = "$abs $add $ceil $divide $exp $floor $ln $log $log10 $mod $multiply $pow $sqrt $subtract $trunc"
_STRINGS = "$concat $regexMatch $split $strcasecmp $substr $toLower $toUpper"
_ARRAYS = "$arrayElemAt $concatArrays $filter $map $setEquals $setUnion $slice"
_OTHER = "$arrayToObject $cond $ifNull $isArray $isNumber $let $literal $objectToArray $switch $toInt $toString"

OPERATORS = frozenset(" ".join((_QUERY, _ACCUMULATORS, _ARITHMETIC, _STRINGS, _ARRAYS, _OTHER)).split())
"""Operators in query, accumulator and expression position together; a wrong position fails where it runs."""
