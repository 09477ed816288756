// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Params, ParamsLib} from "../src/Params.sol";
import {Settlement} from "../src/Settlement.sol";
import {Draft, Network} from "./Network.sol";
import {assertTrue, vm} from "./Vm.sol";

/// @notice The bounds as a table for TypeScript: contracts/vectors/bounds.json holds figures on and one beyond every
/// edge, under changing parameters and a falling reserve, with what this contract answered. Written and compared as in
/// Vectors.t.sol.
contract BoundVectorsTest is Network {
    string private constant FILE = "contracts/vectors/bounds.json";
    address private constant PAYER = address(0x9a7e4);
    uint256 private constant CASES = 48;
    uint256 private constant MOVES = 12;

    bytes4 private constant ACCEPTED = 0;

    function setUp() external {
        deploy();
        fund(PAYER, 1e9 * DOLLAR);
        fundStipend(500e18);
    }

    function test_bound_vectors() external {
        string memory text = "[\n";
        passEpoch();
        for (uint256 i = 0; i < CASES; ++i) {
            settlement.setParams(paramsOf(i));
            Draft memory d = onTheEdge(i);
            perturb(d, i % MOVES);
            rehash(d);
            string memory figures = figuresOf(d);
            bytes4 answer = answerTo(d);
            text = string.concat(text, figures, quoted("answer", nameOf(answer)), " }");
            text = string.concat(text, i + 1 < CASES ? ",\n" : "\n]\n");
            if (answer == ACCEPTED) {
                passWindow();
                settlement.finalize();
                passEpoch();
            }
        }
        if (vm.envOr("WRITE_VECTORS", false)) vm.writeFile(FILE, text);
        assertTrue(keccak256(bytes(vm.readFile(FILE))) == keccak256(bytes(text)), "run npm run contracts");
    }

    // ------------------------------------------------------------------------------------------------ cases

    function paramsOf(uint256 i) private pure returns (Params memory p) {
        p = defaultParams();
        uint256 r = uint256(keccak256(abi.encode("params", i / MOVES)));
        p.burnBps = uint16(100 + r % 900);
        p.verificationBps = uint16((r >> 16) % 1_001);
        p.poolBps = uint16((r >> 32) % 1_000);
        p.deviceBps = uint16(10_000 - p.burnBps - p.verificationBps - p.poolBps);
        p.lambdaPerBillion = uint32(LAMBDA - (r >> 48) % 1_000);
        p.weightBps = [
            uint16((r >> 64) % 2_500), uint16((r >> 80) % 2_500), uint16((r >> 96) % 2_500), uint16((r >> 112) % 2_500)
        ];
    }

    /// @dev Everything as large as it may be.
    function onTheEdge(uint256 i) private view returns (Draft memory d) {
        Params memory p = settlement.params();
        uint256 dollarsIn = uint256(keccak256(abi.encode("dollars", i))) % 1e12 + 1_000;
        d = draftFor(PAYER, dollarsIn);
        d.s.verificationDollars = ParamsLib.shareDown(dollarsIn, p.verificationBps);
        d.s.devicesDollars = dollarsIn - ParamsLib.shareUp(dollarsIn, p.burnBps) - d.s.verificationDollars;
        uint256 capacity = ParamsLib.capacityDown(settlement.reserve(), p.lambdaPerBillion);
        for (uint256 kind = 0; kind < 4; ++kind) {
            d.allotted[kind] = ParamsLib.shareDown(capacity, p.weightBps[kind]);
        }
        uint256 pot = settlement.stipendPot();
        d.s.stipendWay = pot < STIPEND ? pot : STIPEND;
        complete(d);
    }

    /// @dev One step beyond one edge; move 0 stays on it.
    function perturb(Draft memory d, uint256 move) private view {
        if (move == 1) d.s.devicesDollars += 1;
        if (move == 2) {
            d.s.devicesDollars -= 1;
            d.s.verificationDollars += 1;
        }
        if (move >= 3 && move <= 6) d.allotted[move - 3] += 1;
        if (move == 7) d.s.stipendWay += 1;
        if (move >= 1 && move <= 7) complete(d);
        if (move == 8) d.s.auctionDollars += 1;
        if (move == 9) d.s.wayAllotted += 1;
        if (move == 10) d.s.reserveAfter -= 1;
        if (move == 11) d.s.dollarsIn += 1;
    }

    function answerTo(Draft memory d) private returns (bytes4) {
        bytes[] memory signatures = signedBy(d.s, firstKeys(2));
        try settlement.postStatement(d.s, d.rows, d.allotted, d.heads, signatures) {
            return ACCEPTED;
        } catch (bytes memory reason) {
            return bytes4(reason);
        }
    }

    function nameOf(bytes4 answer) private pure returns (string memory) {
        if (answer == ACCEPTED) return "accepted";
        if (answer == Settlement.DollarsNotConserved.selector) return "DollarsNotConserved";
        if (answer == Settlement.PayAboveBound.selector) return "PayAboveBound";
        if (answer == Settlement.VerificationAboveBound.selector) return "VerificationAboveBound";
        if (answer == Settlement.AllottedAboveBound.selector) return "AllottedAboveBound";
        if (answer == Settlement.AllottedDoesNotSumUp.selector) return "AllottedDoesNotSumUp";
        if (answer == Settlement.WrongReserve.selector) return "WrongReserve";
        if (answer == Settlement.StipendAboveBound.selector) return "StipendAboveBound";
        revert("no case is refused for anything else");
    }

    // ------------------------------------------------------------------------------------------------ JSON

    function figuresOf(Draft memory d) private view returns (string memory) {
        string memory dollars = string.concat(
            field("dollarsIn", d.s.dollarsIn),
            field("devicesDollars", d.s.devicesDollars),
            field("verificationDollars", d.s.verificationDollars),
            field("auctionDollars", d.s.auctionDollars)
        );
        string memory wayFigures = string.concat(
            list("allottedByKind", d.allotted),
            field("wayAllotted", d.s.wayAllotted),
            field("reserveAfter", d.s.reserveAfter),
            field("stipendWay", d.s.stipendWay)
        );
        string memory before =
            string.concat(field("reserve", settlement.reserve()), field("stipendPot", settlement.stipendPot()));
        return string.concat("  { ", paramsPart(), dollars, wayFigures, before);
    }

    function paramsPart() private view returns (string memory) {
        Params memory p = settlement.params();
        string memory shares = string.concat(
            field("deviceBps", p.deviceBps),
            field("poolBps", p.poolBps),
            field("verificationBps", p.verificationBps),
            field("burnBps", p.burnBps)
        );
        uint256[4] memory weights =
            [uint256(p.weightBps[0]), uint256(p.weightBps[1]), uint256(p.weightBps[2]), uint256(p.weightBps[3])];
        return string.concat(
            shares,
            field("lambdaPerBillion", p.lambdaPerBillion),
            field("stipendPerEpoch", p.stipendPerEpoch),
            list("weightBps", weights)
        );
    }

    function field(string memory name, uint256 value) private pure returns (string memory) {
        return string.concat(quoted(name, vm.toString(value)), ", ");
    }

    function quoted(string memory name, string memory value) private pure returns (string memory) {
        return string.concat('"', name, '": "', value, '"');
    }

    function list(string memory name, uint256[4] memory values) private pure returns (string memory text) {
        text = string.concat('"', name, '": [');
        for (uint256 i = 0; i < 4; ++i) {
            text = string.concat(text, '"', vm.toString(values[i]), i < 3 ? '", ' : '"], ');
        }
    }
}
