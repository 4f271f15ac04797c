SELECT
  count(*) - count(device_temp) AS without_temperature,
  count(*) - count(DISTINCT uuid) AS duplicates,
  count_if(activity_type NOT IN
    ('Running', 'Sitting', 'Traveling', 'Walking', 'Working')) AS unknown_activity
FROM raw
