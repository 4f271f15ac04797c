SELECT device_id, track_name, count(*) AS plays
FROM processed_data
GROUP BY device_id, track_name
