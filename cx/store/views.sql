-- What analytic reads see. Metrics name one of these and nothing else.
CREATE OR REPLACE VIEW v_response AS SELECT * FROM response;
CREATE OR REPLACE VIEW v_answer AS SELECT * FROM answer;
CREATE OR REPLACE VIEW v_indicator AS
    SELECT * FROM indicator_value WHERE superseded_by IS NULL;
CREATE OR REPLACE VIEW v_quick_win AS
    SELECT * FROM quick_win QUALIFY row_number() OVER (PARTITION BY quick_win_id ORDER BY recorded_at DESC) = 1;
CREATE OR REPLACE VIEW v_pain_point AS
    SELECT * FROM pain_point QUALIFY row_number() OVER (PARTITION BY pain_point_id ORDER BY recorded_at DESC) = 1;
