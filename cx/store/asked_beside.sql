-- Once in the life of a database: what was expected, or matters, was stored like a rating, told from it by its id only.
UPDATE answer SET satisfaction = NULL, type =
    CASE WHEN regexp_matches(question_id, '_expected(\.[^.]+)?$') THEN 'expectation' ELSE 'importance' END
WHERE type IN ('csat', 'rating') AND regexp_matches(question_id, '_(expected|importance)(\.[^.]+)?$')
    AND (survey_id, regexp_replace(question_id, '_(expected|importance)(\.[^.]+)?$', '\2')) IN
        (SELECT DISTINCT survey_id, question_id FROM answer WHERE type IN ('csat', 'rating'));
INSERT INTO setting VALUES ('asked_beside', 'done', now()::TIMESTAMP);
