// Command server is gitleaks with its default rules, one thread, spoken to by lines of JSON that
// bench/src/guards/contestant.rs describes.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/logging"
)

type request struct {
	Find  *string  `json:"find"`
	Scan  []string `json:"scan"`
	Times int      `json:"times"`
}

type found struct {
	Found []string `json:"found"`
}

type scanned struct {
	Findings int       `json:"findings"`
	Micros   []float64 `json:"micros"`
}

func main() {
	logging.Logger = logging.Logger.Level(5)
	detector, err := detect.NewDetectorDefaultConfig()
	if err != nil {
		log.Fatal(err)
	}
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := json.NewEncoder(os.Stdout)
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatal(err)
		}
		if err := output.Encode(answer(detector, asked)); err != nil {
			log.Fatal(err)
		}
	}
}

func answer(detector *detect.Detector, asked request) any {
	if asked.Find != nil {
		values := []string{}
		for _, finding := range detector.DetectString(*asked.Find) {
			values = append(values, finding.Secret)
		}
		return found{values}
	}
	texts := make([]string, 0, len(asked.Scan))
	for _, path := range asked.Scan {
		text, err := os.ReadFile(path)
		if err != nil {
			log.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	result := scanned{Micros: []float64{}}
	for range asked.Times {
		for _, text := range texts {
			start := time.Now()
			result.Findings += len(detector.DetectString(text))
			result.Micros = append(result.Micros, float64(time.Since(start).Nanoseconds())/1000)
		}
	}
	return result
}
