-- Once in the life of a database: the same for corrected answers, which undoing the correction puts back.
UPDATE answer_replaced SET satisfaction = NULL, type =
    CASE WHEN regexp_matches(question_id, '_expected(\.[^.]+)?$') THEN 'expectation' ELSE 'importance' END
WHERE type IN ('csat', 'rating') AND regexp_matches(question_id, '_(expected|importance)(\.[^.]+)?$')
    AND (survey_id, regexp_replace(question_id, '_(expected|importance)(\.[^.]+)?$', '\2')) IN
        (SELECT survey_id, question_id FROM answer WHERE type IN ('csat', 'rating')
         UNION SELECT survey_id, question_id FROM answer_replaced WHERE type IN ('csat', 'rating'));
INSERT INTO setting VALUES ('asked_beside_replaced', 'done', now()::TIMESTAMP);
